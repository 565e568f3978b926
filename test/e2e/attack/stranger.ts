import { createSocket } from 'node:dgram';
import { once } from 'node:events';

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
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header.writeUInt16BE(40_000 + i, 2);
    header.writeUInt32BE(i * 160, 4);
    header.writeUInt32BE(0xdeadbeef, 8);
    socket.send(Buffer.concat([header, tone]), port, '127.0.0.1', () => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  socket.close();
  return received;
}
