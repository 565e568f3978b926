/** A whole number below a thousand million as people say it and recognition writes it. */
export function numberWordings(value: number): readonly string[] {
  const american = words(value, '');
  const british = words(value, 'and ');
  const wordings = new Set([
    String(value), value.toLocaleString('en-US'), american, british, `${american.charAt(0).toUpperCase()}${american.slice(1)}.`, american.replaceAll(/(\w+ty) (?=(?:one|two|three|four|five|six|seven|eight|nine)\b)/g, '$1-'),
    british.replace(/^one (?=hundred|thousand|million)/, 'a '), american.replaceAll(' thousand ', ' thousand, ').replace(/, (?=(?:and )?[\w-]+(?: [\w-]+)?$)/, ' '), halfWritten(value),
  ]);
  return [...wordings];
}

function words(value: number, and: string): string {
  if (value === 0) return 'zero';
  const parts: string[] = [];
  for (const [name, size] of [['million', 1_000_000], ['thousand', 1000], ['', 1]] as const) {
    const group = Math.floor(value / size) % 1000;
    if (group > 0) parts.push(`${size === 1 && group < 100 && value > group ? and : ''}${below1000(group, and)}${name === '' ? '' : ` ${name}`}`);
  }
  return parts.join(' ');
}

function below1000(value: number, and: string): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const tail = rest === 0 ? '' : rest < 20 ? SMALL[rest] ?? '' : `${TENS[Math.floor(rest / 10)] ?? ''}${rest % 10 === 0 ? '' : ` ${SMALL[rest % 10] ?? ''}`}`;
  if (hundreds === 0) return tail;
  return `${SMALL[hundreds] ?? ''} hundred${tail === '' ? '' : ` ${and}${tail}`}`;
}

/** "200 thousand", "3 million": figures before the words of the scale. */
function halfWritten(value: number): string {
  if (value > 0 && value % 1_000_000 === 0) return `${value / 1_000_000} million`;
  return value > 0 && value % 1000 === 0 ? `${value / 1000} thousand` : String(value);
}

const SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
