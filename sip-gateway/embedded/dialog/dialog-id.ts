/**
 * The id that the control protocol gives a dialog of either role; drachtio-srf builds it by itself to look a dialog
 * up. `fromTag` is that of the INVITE's From. Bars and line ends would break a leader and become underscores.
 */
export function dialogId(callId: string, fromTag: string): string {
  return `${callId};from-tag=${fromTag}`.replace(/[|\r\n]/g, '_');
}

/** Names a dialog among all, RFC 3261 section 12: what a request from the network is matched by. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}|${localTag}|${remoteTag}`;
}
