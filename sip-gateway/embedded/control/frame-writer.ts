const utf8 = new TextEncoder();

/** One frame: leader, and after CRLF the SIP message where there is one. */
export function writeFrame(leader: string, sip?: Uint8Array): Uint8Array {
  const head = utf8.encode(sip === undefined ? leader : `${leader}\r\n`);
  const length = head.length + (sip?.length ?? 0);
  const prefix = utf8.encode(`${length}#`);
  const frame = new Uint8Array(prefix.length + length);
  frame.set(prefix, 0);
  frame.set(head, prefix.length);
  if (sip !== undefined) frame.set(sip, prefix.length + head.length);
  return frame;
}
