const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A time of the table, which is ISO 8601, as it is read: in UTC, or in the zone of this machine. Times without a zone are the server’s own
 * and stay as they are.
 */
export function shownTime(iso: string, local: boolean): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(Z?)$/.exec(iso);
  if (!match) return iso;
  if (!local || match[3] === '') return `${match[1]} ${match[2]}`;
  const date = new Date(iso);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
