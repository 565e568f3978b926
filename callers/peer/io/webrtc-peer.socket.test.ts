import { afterEach, expect, test } from 'vitest';
import { writeNack } from '../rtcp.ts';
import { isRtcp, parseRtp, writeRtp } from '../../rtp.ts';
import { startStandIn, type StandIn } from './stand-in-answerer.ts';
import { WebRtcPeer } from './webrtc-peer.ts';

let standIn: StandIn | undefined;
let peer: WebRtcPeer | undefined;
afterEach(() => {
  peer?.close();
  standIn?.close();
});

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(what()).toBe(true);
}

const rtp = (sequence: number, payload: number[]) =>
  writeRtp({ payloadType: 111, marker: false, sequence, timestamp: sequence * 960, ssrc: 77, payload: Uint8Array.from(payload) });

test('calls, speaks, hears, sends again what is asked for, asks for what is lost, hangs up', async () => {
  const far = (standIn = await startStandIn('{"kind":"hello"}'));
  const heard: number[][] = [];
  const said: string[] = [];
  const near = (peer = await WebRtcPeer.dial(
    { baseUrl: far.url, persona: 'bot', codec: 'opus', bindAddress: '127.0.0.1' },
    {
      packet: (packet) => heard.push([packet.sequence, ...packet.payload]),
      message: (text) => said.push(text),
    },
  ));
  await until(() => near.times.connectedMs !== undefined && said.length > 0);
  expect(said).toEqual(['{"kind":"hello"}']);

  near.sendFrame(Uint8Array.of(5, 6), true);
  await until(() => far.received.some((bytes) => parseRtp(bytes) !== undefined));
  const mine = parseRtp(far.received.find((bytes) => !isRtcp(bytes)) ?? Buffer.alloc(0));
  expect(mine).toMatchObject({ payloadType: 111, marker: true });
  expect([...(mine?.payload ?? [])]).toEqual([5, 6]);

  far.send(rtp(1, [1]));
  far.send(rtp(3, [3]));
  far.send(writeNack(77, mine?.ssrc ?? 0, [mine?.sequence ?? 0]));
  // The far side's SRTP takes the copy for a replay, as it has the packet.
  await until(() => near.counts.sentAgain === 1);
  await until(() =>
    far.received.some((bytes) => isRtcp(bytes) && bytes.subarray(8).equals(writeNack(mine?.ssrc ?? 0, 77, [2]).subarray(8))),
  );
  far.send(rtp(2, [2]));
  await until(() => heard.length === 3);
  expect(heard).toEqual([
    [1, 1],
    [3, 3],
    [2, 2],
  ]);
  expect(near.counts).toEqual({ expected: 3, received: 3, recovered: 1, lost: 0, sent: 1, sentAgain: 1, payloadBytes: 3 });

  expect(await near.hangUp()).toBe(200);
  expect(far.deleted).toEqual(['/webrtc/calls/abc']);
});

test('says why it was refused, and that nothing answers', async () => {
  standIn = await startStandIn('');
  await expect(WebRtcPeer.dial({ baseUrl: standIn.url, persona: 'nobody', codec: 'opus' })).rejects.toThrow(
    'refused the call: 404 NO_PERSONA: there is no such persona',
  );
  await expect(WebRtcPeer.dial({ baseUrl: 'http://127.0.0.1:9', persona: 'bot', codec: 'opus' })).rejects.toThrow('is the app running?');
});
