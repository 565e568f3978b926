import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';

/**
 * The address of this machine from which `target` is reached: the one to put into SIP and SDP. Nothing is sent.
 * @param {string} target  `host:port`, or `[IPv6]:port`
 * @returns {Promise<string>}
 */
export async function localAddressFor(target) {
  const { host, port } = splitTarget(target);
  const { address } = await lookup(host).catch((error) => {
    throw new Error(
      `${host} cannot be resolved (${error instanceof Error ? error.message : String(error)}): give an address, such as 192.0.2.7:5060`,
    );
  });
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    socket.connect(port, address);
    await once(socket, 'connect');
    return socket.address().address;
  } catch (error) {
    throw new Error(
      `there is no way to ${target} from this machine (${error instanceof Error ? error.message : String(error)}): name the local address with --local-address`,
    );
  } finally {
    socket.close();
  }
}

/**
 * @param {string} target
 * @returns {{ host: string, port: number }}
 */
export function splitTarget(target) {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(target);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535)
    throw new Error(`"${target}": wanted is HOST:PORT, such as 192.0.2.7:5060 or [2001:db8::7]:5060`);
  return { host: match[1] ?? match[2] ?? '', port };
}
