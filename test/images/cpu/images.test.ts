import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '#app/setup/run-command';
import { HTTP_ADDRESS, openCpuProject, SERVICES, SERVICES_ADDRESS, type CpuProject } from '../support/cpu-project.ts';
import { never } from '../support/engine.ts';

const HEALTHY_WITHIN_MS = 4 * 60_000;
const SETTINGS = `
media: { bindAddress: 127.0.0.1, ports: { first: 0 } }
webrtc: { bindAddresses: [127.0.0.1], ports: { first: 0 } }
sip: { bindAddress: 127.0.0.1 }
pipeline: { silence: { firstMs: 15000 } }
`;
const MOUNTED = 'name: mounted\ntitle: "Came with the volume"\nmode: echo\ngreeting: Good morning from the mounted persona.\n';

let project: CpuProject;

beforeAll(async () => {
  project = await openCpuProject(SETTINGS, {
    SIP_EXTERNAL_ADDRESS: '127.0.0.1',
    LIMITS_CALLS: '3',
    SIP_ALLOW: '[127.0.0.0/8]',
    LLM_TEMPERATURE: '0.1',
    LOG_LEVEL: 'debug',
  });
  const { code, tail } = await project.compose(['build', 'stt-cpu', 'app-cpu']);
  if (code !== 0) throw new Error(`the images could not be built:\n${tail.slice(-40).join('\n')}`);
});
afterAll(async () => await project?.close());

describe('what is in the images', () => {
  it.each(['parley-app', 'parley-services'])('nothing of .env, keys, recordings or personas is in %s', async (image) => {
    const { engine, canary } = project;
    const rootfs = (await engine.ok(['image', 'mount', image])).trim();
    try {
      const found = await runCommand('grep', ['-rlF', '--', canary, rootfs], never);
      expect(found.stdout).toBe('');
      expect(found.code).toBe(1); // grep's "nothing found"; 2 would be a fault
      const named = await runCommand(
        'find',
        [
          rootfs,
          '-xdev',
          '(',
          '-name',
          '.env*',
          '-o',
          '-name',
          'bot.yaml',
          '-o',
          '-name',
          '*.test.ts',
          ')',
          '-path',
          '*/app/*',
          '-not',
          '-path',
          '*/node_modules/*',
        ],
        never,
      );
      expect(named.stdout).toBe('');
    } finally {
      await engine.podman(['image', 'unmount', image]);
    }
    expect(await engine.ok(['history', '--no-trunc', '--format', '{{.CreatedBy}}', image])).not.toContain(canary);
  });

  it.each(['parley-app', 'parley-services'])('%s runs as a user without rights', async (image) => {
    expect((await project.engine.ok(['image', 'inspect', image, '--format', '{{.User}}'])).trim()).toBe('parley');
  });

  it('models can be fetched by pip and by npm', async () => {
    const { engine } = project;
    const output = await engine.ok([
      'run',
      '--rm',
      '--network',
      'host',
      '--ulimit',
      'nofile=1024:1024',
      '--ulimit',
      'nproc=1000:1000',
      '--workdir',
      '/app/gpu-services',
      '--entrypoint',
      '/app/.venv/bin/python',
      'parley-app',
      '-m',
      'models.fetch',
      '--dir',
      '/tmp/models',
      '--only',
      'vad,voices',
    ]);
    expect(output).toMatch(/Kokoro voices.*: done/);
    expect(output).toMatch(/Silero.*: done/);
  });
});

describe('the profile cpu', () => {
  beforeAll(async () => {
    const { checkout, compose, engine, container } = project;
    await writeFile(join(checkout, 'config', 'personas', 'mounted.yaml'), MOUNTED);
    const { code, tail } = await compose(['up', '-d', 'app-cpu']);
    if (code !== 0) throw new Error(`the containers could not be started:\n${tail.slice(-40).join('\n')}`);
    for (const service of SERVICES) await untilHealthy(engine, container(service));
  });

  it('answers a caller by SIP, who hears the answer', async () => {
    // No token is given, so that the call shows what recognition made of the sound, not what the app says that it said.
    const shown = await project.call('bot', 'What time is breakfast?');
    expect(shown).toMatch(/bot .*(Harbor Inn|good day)/i);
    expect(shown).toMatch(/bot .*(seven|7)/i);
    expect(shown).toContain('was transcribed');
  });

  it('has the personas and the settings that are mounted, and what .env says', async () => {
    const { engine, container } = project;
    const effective = await engine.ok([
      'exec',
      container('app-cpu'),
      'node',
      'app/main.ts',
      '--config',
      '/app/config/compose.yaml',
      '--check',
    ]);
    for (const expected of [
      /personas: .*\bmounted\b/,
      /calls: 3\b/,
      /temperature: 0\.1\b/,
      /level: "?debug/,
      /firstMs: 15000/,
      /allow: \["?127\.0\.0\.0\/8"?\]/,
    ])
      expect(effective).toMatch(expected);
    expect(await project.call('mounted', 'Hello.')).toMatch(/mounted persona/i);
  });

  it('lets media threads run before everything else', async () => {
    const { engine, container } = project;
    const pid = (await engine.ok(['inspect', container('app-cpu'), '--format', '{{.State.Pid}}'])).trim();
    const niceness = await Promise.all(
      (await readdir(`/proc/${pid}/task`)).map(async (task) => {
        const [, name, fields = ''] = /\((.*)\) (.*)/s.exec(await readFile(`/proc/${pid}/task/${task}/stat`, 'utf8')) ?? [];
        return { name, niceness: Number(fields.split(' ')[16]) };
      }),
    );
    expect(niceness.filter(({ name }) => name === 'media').map((thread) => thread.niceness)).toContain(-10);
  });

  it('has metrics where Prometheus of this profile looks for them, with the key that it has', async () => {
    const {
      ports: { http, ...services },
      canary,
    } = project;
    const addresses = [
      `${HTTP_ADDRESS}:${http}`,
      ...[services.stt, services.tts, services.llm].map((port) => `${SERVICES_ADDRESS}:${port}`),
    ];
    for (const address of addresses) {
      const reply = await fetch(`http://${address}/metrics`, { headers: { authorization: `Bearer ${canary}` } });
      expect([address, reply.status]).toEqual([address, 200]);
      expect(await reply.text()).toContain('# TYPE');
    }
    for (const address of addresses.slice(1)) expect([address, (await fetch(`http://${address}/metrics`)).status]).toEqual([address, 401]);
  });

  it('ends in good order when it is stopped', async () => {
    const { engine, container } = project;
    await engine.ok(['stop', '--time', '40', ...SERVICES.map(container)]);
    const codes = await engine.ok(['inspect', ...SERVICES.map(container), '--format', '{{.State.ExitCode}}']);
    expect(codes.trim().split('\n')).toEqual(SERVICES.map(() => '0'));
  });
});

/** Runs the container's own check, as an engine does. */
async function untilHealthy(engine: CpuProject['engine'], container: string): Promise<void> {
  const untilMs = performance.now() + HEALTHY_WITHIN_MS;
  while ((await engine.podman(['healthcheck', 'run', container])).code !== 0) {
    if (performance.now() > untilMs)
      throw new Error(`${container} is not healthy:\n${(await engine.podman(['logs', '--tail', '30', container])).tail.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
