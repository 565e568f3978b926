import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { addressLookup } from '#kit/io/address-lookup';
import { mapped, unmapped } from '#kit/ip/ip-address';

export interface RtpSocketListener {
  rtp(bytes: Uint8Array, address: string, port: number): void;
  rtcp(bytes: Uint8Array, address: string): void;
}

/** A pair of UDP sockets: RTP on an even port, RTCP on the one after it. Decides nothing. */
export class RtpSocketPair {
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  /** Speaks IPv6, and IPv4 in the clothes of IPv6. */
  readonly #isDual: boolean;
  /** Packets that the system did not take. */
  sendErrors = 0;

  private constructor(rtp: Socket, rtcp: Socket, listener: RtpSocketListener) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#isDual = rtp.address().family === 'IPv6';
    rtp.on('message', (bytes, from) => listener.rtp(bytes, unmapped(from.address), from.port));
    rtcp.on('message', (bytes, from) => listener.rtcp(bytes, unmapped(from.address)));
    // Such as ECONNREFUSED by ICMP, where the far side is not listening yet: no reason to end a call.
    rtp.on('error', () => (this.sendErrors += 1));
    rtcp.on('error', () => (this.sendErrors += 1));
  }

  /** Binds the pair; `port` 0 lets the system choose. Throws the system's error, such as EADDRINUSE. */
  static async open(bindAddress: string, port: number, listener: RtpSocketListener): Promise<RtpSocketPair> {
    for (let attempt = 1; ; attempt += 1) {
      const rtp = await bind(bindAddress, port);
      const rtpPort = rtp.address().port;
      try {
        if (rtpPort % 2 !== 0) throw Object.assign(new Error('the system gave an odd port'), { code: 'EADDRINUSE' });
        return new RtpSocketPair(rtp, await bind(bindAddress, rtpPort + 1), listener);
      } catch (error) {
        rtp.close();
        if (port !== 0 || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  sendRtp(packet: Uint8Array, port: number, address: string): void {
    this.#rtp.send(packet, port, this.#isDual ? mapped(address) : address);
  }

  sendRtcp(packet: Uint8Array, port: number, address: string): void {
    this.#rtcp.send(packet, port, this.#isDual ? mapped(address) : address);
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  get localPort(): number {
    return this.#rtp.address().port;
  }

  get localRtcpPort(): number {
    return this.#rtcp.address().port;
  }
}

async function bind(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', lookup: addressLookup });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
  return socket;
}

const MAX_ATTEMPTS = 20;
