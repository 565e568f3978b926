import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PeerConnection, type Track } from 'node-datachannel';

export interface StandIn {
  readonly url: string;
  /** RTP and RTCP of the caller's, as they came. */
  readonly received: Buffer[];
  readonly deleted: string[];
  send(packet: Buffer): void;
  close(): void;
}

/** For tests: answers one offer over HTTP as the gateway does, with a peer of the caller's own stack; `hello` goes over its channel. */
export async function startStandIn(hello: string): Promise<StandIn> {
  const received: Buffer[] = [];
  const deleted: string[] = [];
  const connection = new PeerConnection('stand-in', { iceServers: [], bindAddress: '127.0.0.1' });
  let track: Track | undefined;
  const answered = Promise.withResolvers<string>();
  connection.onTrack((offered) => {
    track = offered;
    offered.onMessage((bytes) => received.push(bytes));
  });
  connection.onDataChannel((channel) => void channel.sendMessage(hello));
  connection.onGatheringStateChange((state) => {
    if (state === 'complete') answered.resolve(connection.localDescription()?.sdp ?? '');
  });
  const server: Server = createServer((request, response) => {
    if (request.method === 'DELETE') {
      deleted.push(request.url ?? '');
      response.writeHead(200).end();
      return;
    }
    if (request.url !== '/webrtc/calls?persona=bot') {
      response
        .writeHead(404, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ status: 404, code: 'NO_PERSONA', detail: 'there is no such persona' }));
      return;
    }
    void (async () => {
      const body = await text(request);
      connection.setRemoteDescription(body, 'offer');
      // The stack keeps no feedback lines of audio.
      const sdp = (await answered.promise).replace(/(a=rtpmap:111 [^\r\n]*\r\n)/, '$1a=rtcp-fb:111 nack\r\n');
      response.writeHead(201, { 'content-type': 'application/sdp', location: '/webrtc/calls/abc' }).end(sdp);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    deleted,
    send: (packet) => void track?.sendMessageBinary(packet),
    close: () => {
      connection.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
