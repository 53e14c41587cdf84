const two = (n: number): string => String(n).padStart(2, '0');

/**
 * Formats an ISO 8601 time of the table, in UTC or in the local time zone. Times without a zone are the server’s own and are not converted.
 */
export function shownTime(iso: string, local: boolean): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(Z?)$/.exec(iso);
  if (!match) return iso;
  if (!local || match[3] === '') return `${match[1]} ${match[2]}`;
  const date = new Date(iso);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
