import { join } from 'node:path';
import { runCommand, type CommandResult } from '#app/setup/run-command';
import { places } from '#app/setup/places';
import { LIMITS, never, type Engine } from './engine.ts';

export const PROFILES = ['gpu', 'cpu', 'gpu-services', 'app', 'daemon'] as const;
export type Profile = (typeof PROFILES)[number];

/** podman-compose reads compose.yml in the tests' Python environment. */
const composer = join(places().venv, 'bin', 'podman-compose');
/** Of this process, what may reach the file: no variable that it asks for. */
const OWN_VARIABLES = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'XDG_RUNTIME_DIR'];

/** compose.yml of `checkout` as an engine would see it, or why it cannot be read. `env` is all that it can ask for, beside `.env`. */
export async function readCompose(
  checkout: string,
  profiles: readonly Profile[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const args = profiles.flatMap((profile) => ['--profile', profile]);
  // It only asks for the version.
  return await runCommand(composer, ['--podman-path', 'podman', '-f', 'compose.yml', ...args, 'config'], never, {
    cwd: checkout,
    env: onlyThese(env),
  });
}

/** A project of compose.yml, with `override` (a path) laid over it. */
export function composeProject(
  engine: Engine,
  name: string,
  checkout: string,
  profile: Profile,
  override: string,
): (command: readonly string[]) => Promise<CommandResult> {
  const args = [
    '--podman-path',
    engine.program,
    '-p',
    name,
    `--podman-run-args=${LIMITS.join(' ')}`,
    `--podman-build-args=${engine.buildFlags.join(' ')}`,
    '-f',
    'compose.yml',
    '-f',
    override,
    '--profile',
    profile,
  ];
  return (command) => runCommand(composer, [...args, ...command], never, { cwd: checkout, env: onlyThese({}) });
}

function onlyThese(env: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const dropped = Object.keys(process.env).filter((name) => !OWN_VARIABLES.includes(name));
  return { ...Object.fromEntries(dropped.map((name) => [name, undefined])), ...env };
}
