/** Makes an ISO 8601 time with nine decimals readable: `2026-11-24 02:12:24.168260 UTC`, or without `UTC` if the zone is not known. `places` is the number of decimals to keep. */
export function utc(iso: string, places: number): string {
  const cut = 9 - places + (places === 0 ? 1 : 0);
  return iso.replace(
    /^([+-]?\d+-\d+-\d+)T([\d:]+\.\d{9})(Z?)$/,
    (_, day: string, time: string, zone: string) =>
      `${day} ${time.slice(0, time.length - cut)}${zone === '' ? '' : ' UTC'}`,
  );
}
