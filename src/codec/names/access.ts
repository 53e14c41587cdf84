/** Access technologies (RFC 5213 §8.5, and IANA “Access Technology Type Option Type Values” for those after 5). */
export const ACCESS_TECHNOLOGIES: Readonly<Record<number, string>> = {
  0: 'reserved',
  1: 'virtual (logical network interface)',
  2: 'PPP',
  3: 'IEEE 802.3',
  4: 'IEEE 802.11a/b/g',
  5: 'IEEE 802.16e',
  6: '3GPP GERAN',
  7: '3GPP UTRAN',
  8: '3GPP E-UTRAN',
  9: '3GPP2 eHRPD',
  10: '3GPP2 HRPD',
  11: '3GPP2 1xRTT',
  12: '3GPP2 UMB',
  13: '3GPP NB-IoT',
};
