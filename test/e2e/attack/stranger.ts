import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeRtp } from '#callers/rtp';

/** Plays an off-path attacker on a live media port: loud PCMU from another address and SSRC. Resolves with how many RTP packets came back. */
export async function strangerSends(port: number, packets: number, from = '127.0.0.66'): Promise<number> {
  const socket = createSocket('udp4');
  let received = 0;
  socket.on('message', (bytes) => {
    if (bytes.length > 12 && ((bytes[0] ?? 0) & 0xc0) === 0x80) received++;
  });
  socket.on('error', () => {});
  socket.bind(0, from);
  await once(socket, 'listening');
  const tone = Buffer.from(Array.from({ length: 160 }, (_, i) => (i % 8 < 4 ? 0x80 : 0x00))); // 1 kHz, full scale
  for (let i = 0; i < packets; i++) {
    const packet = writeRtp({ payloadType: 0, marker: false, sequence: 40_000 + i, timestamp: i * 160, ssrc: 0xdeadbeef, payload: tone });
    socket.send(packet, port, '127.0.0.1', () => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.close();
  return received;
}
