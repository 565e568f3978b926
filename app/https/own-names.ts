import { hostname, networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

/** IPv4 addresses of this machine that others on its network reach it by, the likeliest first. */
export function lanAddresses(interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]> = networkInterfaces()): readonly string[] {
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
      .map(({ address }) => ({ name, address })),
  );
  // Bridges of containers and virtual machines have addresses that no telephone can reach.
  return found.toSorted((a, b) => Number(VIRTUAL.test(a.name)) - Number(VIRTUAL.test(b.name))).map(({ address }) => address);
}

/** Everything that the page of this machine may be opened by. */
export function ownNames(addresses: readonly string[] = lanAddresses(), host: string = hostname()): readonly string[] {
  const name = host.toLowerCase();
  const usable = /^[a-z0-9][a-z0-9.-]{0,251}$/.test(name) && name !== 'localhost';
  // A bare name is announced on the local network as NAME.local by multicast DNS; RFC 6762 section 3.
  const names = usable ? (name.includes('.') ? [name] : [name, `${name}.local`]) : [];
  return ['localhost', '127.0.0.1', '::1', ...names, ...addresses];
}

const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|tun|tap|wg|zt|podman|cni|lxc)/i;
