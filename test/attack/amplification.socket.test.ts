import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openHouse, type House } from './support/house.ts';
import { InviteFlood } from './support/strangers.ts';

let house: House | undefined;
let flood: InviteFlood | undefined;

afterEach(async () => {
  flood?.close();
  await house?.close();
});

it.each([
  ['with an offer', true],
  ['without one, which are shorter', false],
])(
  '3000 INVITEs %s that nobody acknowledges draw fewer bytes than they are, and a telephone is answered meanwhile',
  async (_what, sdp) => {
    house = await openHouse();
    flood = await InviteFlood.open(house.sipPort, '127.0.0.2');
    const sending = flood.send(3_000, 1_000, { sdp });
    const setups = [await house.phoneCall(), await house.phoneCall()];
    await sending;
    await pause(1_500);
    expect(Math.max(...setups)).toBeLessThan(2_000);
    const { answers, answeredBytes, sentBytes } = flood;
    // Ten become calls that ring and are answered, those under way when the eighth was refused are refused and reminded, the others get one answer each.
    expect(answers.length).toBeLessThan(3_000 * 1.1);
    expect(answeredBytes).toBeLessThan(sentBytes);
    expect(answers.filter((status) => status === '503').length).toBeGreaterThan(1_000);
  },
  30_000,
);
