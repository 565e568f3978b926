import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '#config';
import { AppError, errorText } from '#domain/errors';
import { openActionKit, type ActionFault, type ActionKit, type Persona } from '#pipeline';
import type { ClosingStack } from './closing.ts';
import { personaReport } from './personas.ts';
import { makePrivateFolder } from './private-files.ts';
import { systemClock } from './system-clock.ts';

interface Parts {
  readonly config: Config;
  readonly log: Logger;
}

/** The actions of all personas, ready; an `AppError` that lists every one that cannot work. */
export async function prepareActions(parts: Parts, personas: readonly Persona[], closing: ClosingStack): Promise<ActionKit> {
  const {
    personas: { directory },
    actions: { dataDir },
  } = parts.config;
  const { kit, faults } = await openKit(parts, personas);
  closing.add('actions', () => kit.close());
  if (faults.length > 0)
    throw new AppError(
      'PERSONAS_INVALID',
      personaReport(
        directory,
        faults.map(({ persona, action, message }) => `${persona}.yaml: action "${action}": ${message}`),
      ),
    );
  if (personas.some(({ actions }) => actions.some(({ kind }) => kind === 'module'))) makePrivateFolder(dataDir);
  return kit;
}

/** What keeps actions from working, such as a host that is not allowed or a module without its export; nothing is begun. */
export async function actionFaults(parts: Parts, personas: readonly Persona[]): Promise<readonly ActionFault[]> {
  const { kit, faults } = await openKit(parts, personas);
  await kit.close();
  return faults;
}

function openKit({ config, log }: Parts, personas: readonly Persona[]): ReturnType<typeof openActionKit> {
  return openActionKit(personas, {
    directory: config.personas.directory,
    dataDir: config.actions.dataDir,
    allowHosts: config.actions.allowHosts,
    secretOf: (name) => secretFrom(process.env, name),
    wallMs: () => systemClock.wallMs(),
    log,
  });
}

/** `NAME`, or the text of the file that `NAME_FILE` names. */
export function secretFrom(variables: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const given = variables[name]?.trim();
  const file = variables[`${name}_FILE`]?.trim();
  if (given !== undefined && given !== '') return given;
  if (file === undefined || file === '') return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new AppError('SECRET_UNREADABLE', `SECRET_UNREADABLE: ${name}_FILE = ${file}: cannot be read: ${errorText(error)}`, {
      cause: error,
    });
  }
}
