import type { Logger } from 'pino';
import type { Config } from '#config';
import { loadPersonas, type PersonaDraft } from '#config/personas';
import type { Persona } from '#pipeline';
import { actionFaults } from './compose-actions.ts';
import { personaFor } from './personas.ts';
import { catalogueVoices, whyNoSuchVoice } from './voices.ts';

export interface CheckedPersonas {
  readonly personas: readonly Persona[];
  /** Everything that keeps them from working as written, in one round: file, line, key, value, and what would be right. */
  readonly faults: readonly string[];
  /** What is probably not meant, and does not keep anything from working. */
  readonly warnings: readonly string[];
}

/** The personas of the configured folder, with whatever they name that another part must have. Nothing is begun. */
export async function checkPersonas(config: Config, log: Logger): Promise<CheckedPersonas> {
  const { directory } = config.personas;
  const { personas, faults, warnings, drafts } = loadPersonas(directory);
  const all = [...personas.values()];
  const empty =
    drafts.length + faults.length === 0
      ? [`${directory}: there are no personas in this folder: add a NAME.yaml as config/personas/README.md shows`]
      : [];
  const acting = await actionFaults(
    { config, log },
    drafts.map(({ persona }) => persona),
  );
  const ofActions = acting.map(
    ({ persona, action, index, message }) => `${placeOf(drafts, persona)(['actions', index])} "${action}": ${message}`,
  );
  return {
    personas: all,
    warnings: warnings.map((warning) => `${directory}/${warning}`),
    faults: [...inFileOrder([...empty, ...faults, ...ofActions, ...voiceFaults(config, drafts)]), ...addressFaults(config, drafts)],
  };
}

/** Only of the voices that come with Parley it is known which there are; those of another service are asked for when it answers. */
function voiceFaults({ services }: Config, drafts: readonly PersonaDraft[]): readonly string[] {
  if (services.mode !== 'managed') return [];
  const voices = catalogueVoices();
  return drafts.flatMap(({ persona: { voice, calmVoice }, at }) =>
    Object.entries({ voice, calmVoice }).flatMap(([key, name]) => {
      const why = name === undefined ? undefined : whyNoSuchVoice(name, services.tts.provider, voices);
      return why === undefined ? [] : [`${at([key])} = ${JSON.stringify(name)}: ${why}`];
    }),
  );
}

/** The page and the clients of /ws/audio call personas by these names; a call to nobody would end in 404. */
function addressFaults({ webrtc, sip }: Config, drafts: readonly PersonaDraft[]): readonly string[] {
  const personas = drafts.map(({ persona }) => persona);
  if (personas.length === 0) return [];
  const called = [
    ...sip.accounts.map(({ name, persona }) => [`sip.accounts "${name}" persona`, persona] as const),
    ...sip.trunks.flatMap(({ name, persona }) => (persona === undefined ? [] : [[`sip.trunks "${name}" persona`, persona] as const])),
    ...(webrtc.enabled ? [['webrtc.persona', webrtc.persona] as const] : []),
    ...(webrtc.websocket.enabled ? [['webrtc.websocket.persona', webrtc.websocket.persona] as const] : []),
  ];
  const nobodys = called.filter(([, name]) => personaFor(personas, name) === undefined);
  return nobodys.map(
    ([key, name]) =>
      `${key} = ${JSON.stringify(name)}: there is no such persona; the personas are ${personas.map((persona) => persona.name).join(', ')}`,
  );
}

/** As they stand in the files, so that whoever mends them goes through each once. */
function inFileOrder(faults: readonly string[]): readonly string[] {
  const placed = faults.map((fault) => {
    const [, file = '', line = '0'] = /^([^:\s]+):(\d+):/.exec(fault) ?? [];
    return { fault, file, line: Number(line) };
  });
  return placed.toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line).map(({ fault }) => fault);
}

function placeOf(drafts: readonly PersonaDraft[], name: string): PersonaDraft['at'] {
  return drafts.find(({ persona }) => persona.name === name)?.at ?? (() => `${name}.yaml: `);
}
