/** Message types (option 53) that the rules tell apart; 0 stands for BOOTP, which has no type. */
export const BOOTP = 0;
/** What stands for the type where the snapshot length cut a message before its option 53. No message can carry this number. */
export const UNSEEN = 256;
export const DISCOVER = 1;
export const OFFER = 2;
export const REQUEST = 3;
export const DECLINE = 4;
export const ACK = 5;
export const NAK = 6;
export const RELEASE = 7;
export const INFORM = 8;
export const FORCERENEW = 9;

/** The port of proxyDHCP and PXE boot servers (PXE 2.1 §2.2). */
export const PROXY_PORT = 4011;

/** Option codes that several rules read. */
export const OPTION = {
  mask: 1,
  router: 3,
  dns: 6,
  hostname: 12,
  broadcast: 28,
  vendor: 43,
  requested: 50,
  lease: 51,
  type: 53,
  server: 54,
  parameters: 55,
  message: 56,
  maxSize: 57,
  t1: 58,
  t2: 59,
  vendorClass: 60,
  clientId: 61,
  tftpServer: 66,
  bootFile: 67,
  userClass: 77,
  rapidCommit: 80,
  relayAgent: 82,
  authentication: 90,
  v6Only: 108,
  autoConfigure: 116,
  subnetSelection: 118,
  routes: 121,
  tftpServers: 150,
  microsoftRoutes: 249,
  wpad: 252,
} as const;
