import { z } from 'zod';

/** The WebSocket leg, `/ws/audio`: the protocol of the browser assistant that Parley grew out of. */
export const websocketOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether /ws/audio takes calls.'),
    persona: z.string().min(1).default('bot').describe('Who answers a client that names no persona in its query.'),
    maxCalls: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .describe('Most WebSocket calls at a time; one more is closed with 1013, try again later.'),
    connectionsPerMinute: z
      .int()
      .min(1)
      .max(10_000)
      .default(60)
      .describe('Most connections from one address in a minute; one more gets 429.'),
    waitingPerAddress: z
      .int()
      .min(1)
      .max(10_000)
      .default(6)
      .describe('Most clients of one address that are connected and have not started; one more gets 429.'),
    startMs: z
      .int()
      .min(1_000)
      .max(600_000)
      .default(120_000)
      .describe('How long a client may be connected before its first message; people are asked for the microphone meanwhile. ms.'),
    goneMs: z
      .int()
      .min(1_000)
      .max(300_000)
      .default(15_000)
      .describe('A client of which neither audio nor an answer to a ping comes for so long is gone, ms.'),
    chunkMs: z.int().min(20).max(500).default(60).describe('Bot audio in one binary frame, ms.'),
    leadMs: z
      .int()
      .min(0)
      .max(2_000)
      .default(200)
      .describe(
        'How far ahead of the clock bot audio leaves, so that a late network makes no gap. So much may still be heard after an interruption by clients that know no audio_cancel. ms.',
      ),
    burstMs: z
      .int()
      .min(500)
      .max(60_000)
      .default(10_000)
      .describe(
        'How much caller audio may come faster than real time, after a stall of the network or from a file; more is dropped and counted. ms.',
      ),
    unreadMs: z
      .int()
      .min(500)
      .max(60_000)
      .default(5_000)
      .describe('Bot audio that may wait for a client that does not read; then its call ends. ms.'),
    framesPerSecond: z
      .int()
      .min(50)
      .max(10_000)
      .default(500)
      .describe(
        'Most WebSocket frames that are read of one client in a second, pings included; ten times as many at once. One that sends more is read later, and one that goes on for 3 s is closed with 1008.',
      ),
    maxMessageBytes: z
      .int()
      .min(4_096)
      .max(1_048_576)
      .default(65_536)
      .describe('Longest message that a client may send, bytes; a longer one ends the call.'),
  })
  .prefault({});
export type WebSocketOptions = z.infer<typeof websocketOptions>;
