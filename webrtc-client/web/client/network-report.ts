/** How the caller's own network is doing, as this browser measures it. Ratios are 0 to 1. */
export interface NetworkReport {
  readonly transport: 'webrtc' | 'websocket';
  /** Since the report before: of the bot's packets or, over the WebSocket, of our own frames that the network did not take in time. */
  readonly lossRatio: number;
  /** How unevenly the bot's sound arrives. */
  readonly jitterMs: number;
  /** Unknown until the first report of the server has come, and over the WebSocket. */
  readonly roundTripMs: number | undefined;
  /** How long the bot's sound waits in the browser before it is played. */
  readonly bufferMs: number | undefined;
  /** Of the bot's sound since the report before: what the browser had to make up. */
  readonly concealedRatio: number | undefined;
  /** Whether the audio goes through a TURN server. */
  readonly relayed: boolean | undefined;
}
