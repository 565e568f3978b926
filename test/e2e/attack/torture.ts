import { createSocket } from 'node:dgram';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface TortureResult {
  readonly messages: number;
  /** Names of messages after which the server no longer answered OPTIONS. */
  readonly silentAfter: readonly string[];
  /** Most datagrams that came back for one message. */
  readonly mostAnswers: number;
}

/**
 * Sends each message of RFC 4475 and RFC 5118 byte for byte and asks OPTIONS after each. The messages have no rport,
 * so answers go to the Via port, 5060 by default (RFC 3261 section 18.2.2): the source is 127.0.0.2:5060, or any other
 * port where some program has 5060 on all addresses; then answers are lost, and only being alive is proved.
 */
export async function torture(port: number, dir: string): Promise<TortureResult> {
  const silentAfter: string[] = [];
  let mostAnswers = 0;
  if (!(await answersOptions(port, 'before'))) throw new Error('no answer to OPTIONS before the first message');
  const fromPort = (await isFree('127.0.0.2', 5060)) ? 5060 : 0;
  const files = readdirSync(dir, { recursive: true })
    .map(String)
    .filter((name) => /\.dat$|(^|\/)\d+$/.test(name))
    .sort();
  for (const name of files) {
    const answers = await exchange(readFileSync(join(dir, name)), port, 60, '127.0.0.2', fromPort);
    mostAnswers = Math.max(mostAnswers, answers.length);
    if (!(await answersOptions(port, name))) silentAfter.push(name);
  }
  return { messages: files.length, silentAfter, mostAnswers };
}

function isFree(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, address, () => socket.close(() => resolve(true)));
  });
}

async function answersOptions(port: number, name: string): Promise<boolean> {
  const id = name.replace(/[^A-Za-z0-9]/g, '');
  for (const waitMs of [150, 400, 800]) {
    const request = [
      `OPTIONS sip:bot@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKalive${id}${waitMs};rport`,
      'Max-Forwards: 70',
      `From: <sip:probe@127.0.0.1>;tag=${id}`,
      `To: <sip:bot@127.0.0.1:${port}>`,
      `Call-ID: alive-${id}-${waitMs}`,
      'CSeq: 1 OPTIONS',
      'Contact: <sip:probe@127.0.0.1>',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    const answers = await exchange(Buffer.from(request), port, waitMs, '127.0.0.1', 0, true);
    if (answers.some((answer) => answer.startsWith('SIP/2.0 200'))) return true;
  }
  return false;
}

/** One datagram out, and what comes back within `waitMs` (or the first answer). */
function exchange(datagram: Buffer, port: number, waitMs: number, from: string, fromPort: number, first = false): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const answers: string[] = [];
    const done = () => {
      clearTimeout(timer);
      socket.close();
      resolve(answers);
    };
    const timer = setTimeout(done, waitMs);
    socket.on('message', (bytes) => {
      answers.push(bytes.toString('latin1'));
      if (first) done();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.bind(fromPort, from, () => socket.send(datagram, port, '127.0.0.1', () => {}));
  });
}
