/** How the caller's own network is doing, as this browser measures it. Ratios are 0 to 1. */
export interface NetworkReport {
  readonly transport: 'webrtc' | 'websocket';
  /** Of the bot's packets since the report before; TCP loses none, it is late instead. */
  readonly lossRatio: number;
  /** Unknown over the WebSocket. */
  readonly jitterMs: number | undefined;
  /** Unknown until the first report of the server has come. */
  readonly roundTripMs: number | undefined;
  /** How long the bot's sound waits in the browser before it is played. */
  readonly bufferMs: number | undefined;
  /** Of the bot's sound since the report before: what the browser had to make up. */
  readonly concealedRatio: number | undefined;
  /** Whether the audio goes through a TURN server. */
  readonly relayed: boolean | undefined;
}
