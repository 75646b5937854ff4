// Money, numbers and dates as rule 30 of the screen wants them: two decimals, tabular, U+2212.

const symbols = { CNY: '¥', JPY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$', TWD: 'NT$' };
const digitsOf = new Map();

function decimals(currency) {
  let digits = digitsOf.get(currency);
  if (digits === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    digits = format.resolvedOptions().maximumFractionDigits;
    digitsOf.set(currency, digits);
  }
  return digits;
}

export function currencySymbol(currency) {
  return symbols[currency] ?? `${currency}\u00A0`;
}

export function grouped(whole) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The digits of an amount of minor units, without sign and symbol: no floating point. */
export function amountDigits(minorUnits, currency) {
  const digits = decimals(currency);
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, '0');
  const whole = grouped(text.slice(0, text.length - digits));
  return digits === 0 ? whole : `${whole}.${text.slice(-digits)}`;
}

export function money(minorUnits, currency) {
  const sign = minorUnits < 0 ? '\u2212' : '';
  return sign + currencySymbol(currency) + amountDigits(minorUnits, currency);
}

/** What a rule takes off, given positive. */
export function taken(minorUnits, currency) {
  return money(-minorUnits, currency);
}

/** `2026-11-23` in its parts; a date that is none is shown as it came. */
export function dateParts(iso) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!match) return null;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}
