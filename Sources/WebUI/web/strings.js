// Every text of the kiosk screen that the daemon does not send, in its two languages.

import { dateParts } from './format.js';

const englishMonths = [
  'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec',
];

function chineseDate(iso, withYear) {
  const date = dateParts(iso);
  if (!date) return iso;
  const day = `${date.month}\u00A0月\u00A0${date.day}\u00A0日`;
  return withYear ? `${date.year}\u00A0年\u00A0${day}` : day;
}

function englishDate(iso, withYear) {
  const date = dateParts(iso);
  if (!date) return iso;
  const day = `${date.day}\u00A0${englishMonths[date.month - 1] ?? ''}`;
  return withYear ? `${day}\u00A0${date.year}` : day;
}

/** Years are told only where the two dates have different ones. */
function differ(from, until) {
  return from.slice(0, 4) !== until.slice(0, 4);
}

const zh = {
  tag: 'zh-Hans',
  stepScan: '扫码', stepSave: '优惠', stepPay: '付款',
  where: (kiosk, time) => `${kiosk} 号机 · ${time}`,
  titles: {
    attract: ['扫商品即可开始', '把条码对准扫描窗'],
    first: ['请扫描第一件商品', '条码对准扫描窗，听到“滴”声'],
    scanning: ['请扫描下一件商品', '条码对准扫描窗，听到“滴”声'],
    claiming: ['这是您的清单吗？', '它在这里放了一会儿'],
    reviewing: ['请核对商品和优惠', '没问题就请付款'],
    reviewingGuest: ['请核对商品和优惠', '刷会员卡，用储值付款'],
    tendering: ['用储值付款', '请核对金额，再确认付款'],
    short: (missing) => ['储值不够', `还差 ${missing}，请呼叫店员`],
    holding: ['正在付款', '请稍候，不要离开'],
    resolving: ['正在确认付款', '请不要再付一次'],
    printing: ['付款成功', '小票正在打印，请在下方取走'],
    printed: ['付款成功', '请取走小票和商品'],
    sent: ['付款成功', '小票已送去打印，请在下方取走'],
    delayed: ['付款成功', '小票晚些打印，请找店员取'],
    outOfService: ['本机暂停服务', '请到旁边的自助收银或人工收银台'],
    locked: ['已锁屏', '商品都在，请再刷一次会员卡'],
    staff: ['店员操作中', '请稍候'],
  },
  welcomeCard: '有会员卡？先刷一下',
  welcomeCardWhy: '享会员价，得积分',
  invite: '有会员卡？现在刷，享会员价',
  points: '积分', phone: (masked) => `手机 ${masked}`,
  empty: '还没有商品',
  justScanned: '刚刚扫描',
  each: (price) => `单价 ${price}`,
  fewer: (name) => `${name}，减少一件`, more: (name) => `${name}，增加一件`,
  remove: (name) => `删除 ${name}`,
  range: (first, last, count) => `${first}–${last}，共 ${count} 种`,
  pageUp: '上一页', pageDown: '下一页',
  toPay: (kinds, pieces) => (pieces ? `应付 · ${kinds} 种 ${pieces} 件` : '应付'),
  saved: (amount) => ['已优惠 ', amount],
  otherRules: (count) => `另有 ${count} 项优惠`,
  goods: (pieces) => `商品合计 · ${pieces} 件`,
  bonus: '先用赠送金额', principal: '再用储值本金', principalOnly: '储值本金', remaining: '还差',
  paid: '实付',
  earned: (gained, balance) => ['本次得 ', gained, ' 积分\n现有 ', balance, ' 积分'],
  pay: '去付款', wallet: '用储值付款', confirm: '确认付款', waiting: '请稍候',
  mine: '是我的，继续', notMine: '不是，换新清单',
  cancelAll: '取消购物', cancelAgain: '再按一次，清空商品', back: '返回扫码', backToItems: '返回核对',
  done: '完成', still: '我还在', after: '请带好会员卡和商品\n稍后返回首页，并清除您的资料',
  hint: (missing, title) => ['再买 ', missing, '，就能用 ', title],
  hintReached: '距离使用优惠券',
  couponTitle: (title) => `送您一张券：${title}`,
  couponDates: (from, until) => `随小票打印\n${chineseDate(from, differ(from, until))}至 `
    + `${chineseDate(until, differ(from, until))}可用`,
  couponOnScreen: (code) => `请拍下二维码，或记下号码\n${code}\n`,
  couponCode: '优惠券二维码',
  couponDatesLater: (from, until) => `${chineseDate(from, differ(from, until))}至 `
    + `${chineseDate(until, differ(from, until))}可用`,
  help: '呼叫店员', larger: '大字', contrast: '高对比', lower: '降低画面',
  otherLanguage: 'English',
  lost: '连接断了，正在恢复。您的商品都在，请稍等',
  pressLost: '刚才的操作没有送到。您的商品都在，请再按一次',
};

const en = {
  tag: 'en',
  stepScan: 'Scan', stepSave: 'Save', stepPay: 'Pay',
  where: (kiosk, time) => `No. ${kiosk} · ${time}`,
  titles: {
    attract: ['Scan an item to start', 'Hold its barcode to the window'],
    first: ['Scan your first item', 'Hold the barcode to the window'],
    scanning: ['Scan your next item', 'Hold the barcode to the window'],
    claiming: ['Is this list yours?', 'It lay here for a while'],
    reviewing: ['Check your items', 'All right? Then go on to pay'],
    reviewingGuest: ['Check your items', 'Tap your card to pay by wallet'],
    tendering: ['Pay by wallet', 'Check the amounts, then pay'],
    short: (missing) => ['Not enough in your wallet', `${missing} short. Please call staff`],
    holding: ['Paying', 'One moment. Please stay here'],
    resolving: ['Checking your payment', 'Please do not pay again'],
    printing: ['Paid. Thank you.', 'Your receipt is printing. Take it below'],
    printed: ['Paid. Thank you.', 'Take your receipt and your shopping'],
    sent: ['Paid. Thank you.', 'Your receipt is printing. Take it below'],
    delayed: ['Paid. Thank you.', 'Receipt comes later. Please ask staff'],
    outOfService: ['This kiosk is closed', 'Please use the next one or a till'],
    locked: ['Locked', 'Your items are kept. Tap your card again'],
    staff: ['Staff at work', 'One moment, please'],
  },
  welcomeCard: 'Member? Tap your card first',
  welcomeCardWhy: 'for member prices and points',
  invite: 'Member? Tap your card for member prices',
  points: 'Points', phone: (masked) => `Phone ${masked}`,
  empty: 'No items yet',
  justScanned: 'Just scanned',
  each: (price) => `${price} each`,
  fewer: (name) => `One less ${name}`, more: (name) => `One more ${name}`,
  remove: (name) => `Remove ${name}`,
  range: (first, last, count) => `${first}–${last} of ${count}`,
  pageUp: 'Up', pageDown: 'Down',
  toPay: (kinds, pieces) => {
    if (!pieces) return 'To pay';
    return pieces === 1 ? 'To pay · 1 item' : `To pay · ${pieces} items`;
  },
  saved: (amount) => ['You save ', amount],
  otherRules: (count) => (count === 1 ? '1 more offer' : `${count} more offers`),
  goods: (pieces) => (pieces === 1 ? '1 item' : `${pieces} items`),
  bonus: 'First from your bonus', principal: 'Then from your balance',
  principalOnly: 'From your balance', remaining: 'Still to pay',
  paid: 'Paid',
  earned: (gained, balance) => ['You earned ', gained, ' points\nand now have ', balance],
  pay: 'Pay', wallet: 'Pay by wallet', confirm: 'Pay now', waiting: 'One moment',
  mine: 'Yes, go on', notMine: 'No, start a new list',
  cancelAll: 'Cancel purchase', cancelAgain: 'Press again to clear all',
  back: 'Back to scanning', backToItems: 'Back to items',
  done: 'Done', still: "I'm still here",
  after: 'Please take your card and shopping.\nYour details are cleared soon.',
  hint: (missing, title) => ['', missing, ' more to use ', title],
  hintReached: 'On the way to the offer',
  couponTitle: (title) => `A coupon for you: ${title}`,
  couponDates: (from, until) => 'Printed with your receipt.\nUse it from '
    + `${englishDate(from, differ(from, until))} to ${englishDate(until, differ(from, until))}.`,
  couponOnScreen: (code) => `Take a picture of it, or note the number\n${code}\n`,
  couponCode: 'QR code of the coupon',
  couponDatesLater: (from, until) => `Use it from ${englishDate(from, differ(from, until))} to `
    + `${englishDate(until, differ(from, until))}.`,
  help: 'Call staff', larger: 'Larger', contrast: 'Contrast', lower: 'Lower',
  otherLanguage: '中文',
  lost: 'Connection lost, coming back. Your items are safe. Please wait a moment',
  pressLost: 'That did not get through. Your items are safe. Please press again',
};

const tables = { zh, en };

/** The table of the snapshot's language; an unknown one is shown in Chinese. */
export function stringsFor(language) {
  return tables[language] ?? zh;
}
