// Which parts a state shows. A state that is not named here is one to wait in.

export const views = {
  attract: { kind: 'attract', parts: ['welcome'] },
  scanning: { kind: 'list', step: 0, parts: ['slip', 'stub', 'hint'], key: ['pay'], edits: true },
  claiming: {
    kind: 'list', step: 0, parts: ['slip', 'stub'], key: ['confirm'],
    words: { confirm: 'mine', cancel: 'notMine' },
  },
  reviewing: { kind: 'list', step: 1, parts: ['slip', 'stub', 'hint'], key: ['wallet', 'confirm'] },
  tendering: { kind: 'bill-view', step: 2, parts: ['slip', 'stub'], key: ['confirm', 'wallet'] },
  holding: { kind: 'bill-view', step: 2, parts: ['slip', 'stub'], sign: 'wait' },
  authorising: { kind: 'bill-view', step: 2, parts: ['slip', 'stub'], sign: 'wait' },
  posting: { kind: 'bill-view', step: 2, parts: ['slip', 'stub'], sign: 'wait' },
  resolving: { kind: 'bill-view', step: 2, parts: ['slip', 'stub'], sign: 'wait' },
  printing: { kind: 'finished', step: 2, parts: ['slip', 'stub', 'ticket'], sign: 'check' },
  done: { kind: 'finished', step: 2, parts: ['slip', 'stub', 'ticket'], sign: 'check' },
  locked: { kind: 'closed', parts: [], sign: 'closed' },
  staff: { kind: 'closed', parts: [], sign: 'wait' },
  outOfService: { kind: 'closed', parts: [], sign: 'closed' },
};

export function viewOf(snapshot) {
  return views[snapshot.state] ?? views.holding;
}

/** Title and lead of the state: what is asked of the customer now. */
export function titleOf(snapshot, strings, shortBy) {
  const titles = strings.titles;
  switch (snapshot.state) {
    case 'scanning': return snapshot.lines.length > 0 ? titles.scanning : titles.first;
    case 'reviewing': return snapshot.member ? titles.reviewing : titles.reviewingGuest;
    case 'tendering': return shortBy ? titles.short(shortBy) : titles.tendering;
    case 'printing': return titles.printing;
    case 'done': return titles[snapshot.completed?.paper ?? 'printed'];
    case 'attract': case 'claiming': case 'resolving': case 'locked': case 'staff':
    case 'outOfService':
      return titles[snapshot.state];
    default: return titles.holding;
  }
}

/** What rules took off the whole bill: the part of each that no line shows already. */
export function billDiscounts(snapshot) {
  const onLines = new Map();
  for (const line of snapshot.lines) {
    for (const discount of line.discounts) {
      onLines.set(discount.rule, (onLines.get(discount.rule) ?? 0) + discount.amount);
    }
  }
  return snapshot.discounts
    .map((discount) => ({
      ...discount, amount: discount.amount - (onLines.get(discount.rule) ?? 0),
    }))
    .filter((discount) => discount.amount > 0);
}
