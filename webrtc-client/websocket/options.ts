import { z } from 'zod';

/** The WebSocket leg, `/ws/audio`: the protocol of the browser assistant that Parley grew out of. */
export const websocketOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether /ws/audio takes calls.'),
    persona: z.string().min(1).default('bot').describe('Who answers a client that names no persona in its query.'),
  })
  .prefault({});
export type WebSocketOptions = z.infer<typeof websocketOptions>;
