import { readFileSync } from 'node:fs';
import type { Config } from '#config';

/**
 * What is in the way where this process may open fewer files and sockets than its bounds let strangers and callers take: whoever opens connections
 * would then cost a call its sound. `most` undefined: not known.
 */
export function descriptorObstacle({ limits, webrtc }: Pick<Config, 'limits' | 'webrtc'>, most: number | undefined): string | undefined {
  const calls = limits.calls * CALL_FILES + limits.connecting * (SIP_LEG_FILES + (webrtc.enabled ? BROWSER_LEG_FILES : 0));
  const needed = OWN_FILES + calls + 2 * limits.connections;
  if (most === undefined || most >= needed) return undefined;
  const advice = `raise the limit before the start ("ulimit -n ${needed}", or LimitNOFILE=${needed} in the systemd unit)`;
  const room = Math.floor((most - OWN_FILES - calls) / 2);
  const lower = room >= MIN_CONNECTIONS ? `, or set limits.connections to ${room}` : ', or lower limits.calls and limits.connections';
  return `the system allows this process ${most} open files and sockets, but limits.calls, limits.connecting and limits.connections need ${needed}: ${advice}${lower}`;
}

/** How many files and sockets this process may have open; undefined where the system does not tell (all but Linux) or sets no bound. Node has raised it as far as it may. */
export function mostDescriptors(): number | undefined {
  try {
    const most = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    return Number.isNaN(most) ? undefined : most;
  } catch {
    return undefined;
  }
}

/** A guess, on the safe side: the database, media workers, the services that are run, the log, requests under way. */
const OWN_FILES = 200;
/** RTP and RTCP, recognition, voice, the LLM's stream; for a browser its addresses instead of the first two. */
const CALL_FILES = 5;
const SIP_LEG_FILES = 2;
/** One for each address of the machine; a guess at how many it has. */
const BROWSER_LEG_FILES = 3;
/** As the schema has it. */
const MIN_CONNECTIONS = 10;
