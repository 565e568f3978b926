import { expect, it } from 'vitest';
import { ms, type Ms } from '#domain/units';
import { CallHarness, answer } from '../harness/call-harness.ts';

/** Speech is noticed so long after its first sound. */
const NOTICED_AFTER_MS = 96;

/** The bot is asked, and answers with the next packet of 20 ms. */
async function asked(): Promise<CallHarness> {
  const call = new CallHarness({ phrases: ({ fault, greeting }) => [fault, greeting, 'Until ten.', 'Behind the house.'] });
  call.knowledge.answers = [
    [/parking/i, answer('parking', 'Behind the house.')],
    [/breakfast/i, answer('breakfast', 'Until ten.')],
  ];
  call.start();
  await call.runUntil(ms(3_000));
  call.callerSays('when is breakfast', { atMs: ms(3_500) });
  return call;
}

async function openedAtMs(): Promise<Ms> {
  const call = await asked();
  await call.runUntil(ms(6_000));
  await call.finish();
  return call.all('turn-opened').at(-1)?.atMs ?? ms(0);
}

/** The caller was not answered any more, for the rest of the call: the answer that was taken back counted as one that is spoken over. */
it.each(Array.from({ length: 16 }, (_, i) => i * 3))(
  'whoever is noticed to go on %d ms after the answer was opened is answered all the same',
  async (afterMs) => {
    const opensAtMs = await openedAtMs();
    const call = await asked();
    call.callerSays('and where is the parking', { atMs: ms(opensAtMs + afterMs - NOTICED_AFTER_MS) });
    await call.runUntil(ms(opensAtMs + 8_000));
    expect(call.all('turn-closed').at(-1)).toMatchObject({ heardText: 'Behind the house.', outcome: 'completed' });
    await call.finish();
    expect(call.errors).toEqual([]);
  },
);
