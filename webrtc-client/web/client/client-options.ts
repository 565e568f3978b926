export interface VoiceClientOptions {
  /** Where Parley runs; by default where this page comes from. */
  readonly server?: string | URL | undefined;
  /** Who shall answer; by default whom the server names. */
  readonly persona?: string | undefined;
  /** A call token, or a function that fetches one from your own server before each call. */
  readonly token?: string | (() => Promise<string>) | undefined;
  /** `auto` (default): WebRTC, and the WebSocket where that does not come through. */
  readonly transport?: 'auto' | 'webrtc' | 'websocket' | undefined;
  readonly microphoneId?: string | undefined;
  readonly speakerId?: string | undefined;
  /** `relay` sends all sound through TURN. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy | undefined;
}
