const DURATION = /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/;
const UNIT_SECONDS = [7 * 86_400, 86_400, 3600, 60, 1] as const;

/**
 * Reads an ISO 8601 duration such as `PT4H` or `P1DT30M`. Years and months have no fixed length and are not read.
 * @returns seconds, or undefined for what is none.
 */
export function readDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null || !/\d[WDHMS]$/.test(text)) return undefined;
  return UNIT_SECONDS.reduce((total, unit, index) => total + Number(match[index + 1] ?? 0) * unit, 0);
}

/** Whole seconds as an ISO 8601 duration, in days, hours, minutes and seconds. */
export function writeDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = [
    [Math.floor((seconds % 86_400) / 3600), 'H'],
    [Math.floor((seconds % 3600) / 60), 'M'],
    [Math.floor(seconds % 60), 'S'],
  ] as const;
  const time = rest.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  if (days === 0 && time === '') return 'PT0S';
  return `P${days === 0 ? '' : `${days}D`}${time === '' ? '' : `T${time}`}`;
}
