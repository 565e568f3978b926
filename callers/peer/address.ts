/** Whom a WebRTC caller calls: `webrtc:PERSONA`, or `webrtc:PERSONA@http://HOST:PORT`. */
export interface WebRtcAddress {
  readonly persona: string;
  /** Absent: the app that runs from this folder. */
  readonly baseUrl: string | undefined;
}

export function isWebRtcAddress(to: string): boolean {
  return to.startsWith('webrtc:');
}

/** Throws an `Error` that says what would be right. */
export function parseWebRtcAddress(to: string): WebRtcAddress {
  const found = /^webrtc:([A-Za-z0-9_.-]+)(?:@(https?:\/\/[^/?#\s]+)\/?)?$/.exec(to);
  if (!found) throw new Error(`"${to}": must be webrtc:PERSONA or webrtc:PERSONA@http://HOST:PORT, such as webrtc:bot`);
  return { persona: found[1] as string, baseUrl: found[2] };
}
