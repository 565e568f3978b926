import { z } from 'zod';

/** The WebSocket leg, `/ws/audio`: the protocol of the browser assistant that Parley grew out of. */
export const websocketOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Accept calls by WebSocket.'),
    persona: z.string().min(1).default('bot').describe('Persona that answers a client whose query names none.'),
    maxCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Upper limit of simultaneous WebSocket calls; one more is closed with 1013 (try again later).'),
    connectionsPerMinute: z
      .int()
      .min(1)
      .max(10_000)
      .default(60)
      .describe('Upper limit of new connections from one address in a minute; one more is refused with 429.'),
    waitingPerAddress: z
      .int()
      .min(1)
      .max(10_000)
      .default(6)
      .describe(
        'Upper limit of clients of one address that are connected but have not sent their first message; one more is refused with 429.',
      ),
    startMs: z
      .int()
      .min(1_000)
      .max(600_000)
      .default(120_000)
      .describe('Time limit for the first message of a client, ms. Long, because the browser asks its user for the microphone meanwhile.'),
    goneMs: z
      .int()
      .min(1_000)
      .max(300_000)
      .default(15_000)
      .describe('A client that sends neither audio nor a pong for this time is gone, and its call ends, ms.'),
    chunkMs: z.int().min(20).max(500).default(60).describe('Bot audio in one binary message, ms.'),
    leadMs: z
      .int()
      .min(0)
      .max(2_000)
      .default(200)
      .describe(
        'Bot audio sent ahead of real time, so that late packets leave no gap, ms. A client that does not know audio_cancel still plays this much after a barge-in.',
      ),
    burstMs: z
      .int()
      .min(500)
      .max(60_000)
      .default(10_000)
      .describe(
        'Caller audio that is accepted ahead of real time, as after a network stall or from a file, ms. More is dropped and counted.',
      ),
    unreadMs: z
      .int()
      .min(500)
      .max(60_000)
      .default(5_000)
      .describe('Upper limit of bot audio that waits for a client that does not read, ms; beyond it the call ends.'),
    framesPerSecond: z
      .int()
      .min(50)
      .max(10_000)
      .default(500)
      .describe(
        'WebSocket frames read from one client in a second, pings included; a burst may be ten times as large. A client above the limit is read more slowly, and closed with 1008 after 3 s.',
      ),
    maxMessageBytes: z
      .int()
      .min(4_096)
      .max(1_048_576)
      .default(65_536)
      .describe('Upper limit of the size of a message from a client, bytes; a larger one ends the call.'),
  })
  .prefault({});
export type WebSocketOptions = z.infer<typeof websocketOptions>;
