/** The only door of the page to what the server and the browser share. */
export type { BotState, ClientConfig, ServerMessage } from '../signalling.ts';
