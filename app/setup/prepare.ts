import { modelsStep } from './models.ts';
import { pageStep } from './page.ts';
import { places, type Places } from './places.ts';
import { environmentStep, packagesStep } from './python.ts';
import { interrupted } from './run-command.ts';
import type { Step } from './step.ts';
import { containerToolsStep, phonesStep } from './system-packages.ts';
import { durationText, terminalUi, type SetupUi } from './terminal.ts';
import { withLock } from './lock-file.mjs';

export interface Prepared {
  /** The Python of this checkout's environment. */
  readonly pythonPath: string;
  readonly modelsDir: string;
  /** Shared by all clones of one person. */
  readonly cacheDir: string;
}

/**
 * What can be prepared: a Python environment, the packages of the speech services, those of the queue's workers, those for tests, the models, the page for browsers,
 * phones to test with, and what builds and runs images.
 */
export type Needs = 'environment' | 'python' | 'python-batch' | 'python-dev' | 'models' | 'page' | 'phones' | 'containers';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does what is missing for `needs`, step by step; nothing, and quickly, when all is there. Rejects with an `AppError` whose
 * message tells the person what to do. Can be broken off at any time and goes on with the next call.
 */
export async function prepareFor(needs: readonly Needs[], ui: SetupUi = terminalUi(), where: Places = places()): Promise<Prepared> {
  await runSteps(stepsFor(needs, where), ui, where.lockPath);
  const { pythonPath, modelsDir, cacheDir } = where;
  return { pythonPath, modelsDir, cacheDir };
}

function stepsFor(needs: readonly Needs[], where: Places): readonly Step[] {
  const steps: readonly (readonly [readonly Needs[], Step])[] = [
    [['page'], pageStep(where)],
    [['environment', 'python', 'python-batch', 'python-dev', 'models', 'containers'], environmentStep(where)],
    [['python'], packagesStep(where, 'Python packages', 'requirements.txt')],
    [['python-batch'], packagesStep(where, 'Python packages for the queue', 'requirements-batch.txt')],
    [['python-dev'], packagesStep(where, 'Python packages for tests', 'requirements-dev.txt')],
    [['models'], modelsStep(where)],
    [['phones'], phonesStep()],
    [['containers'], containerToolsStep()],
    [['containers'], packagesStep(where, 'Compose file checker', 'requirements-compose.txt')],
  ];
  return steps.filter(([wanted]) => wanted.some((need) => needs.includes(need))).map(([, step]) => step);
}

/** Runs the steps that have something to do, one after the other, while nobody else does. */
export async function runSteps(steps: readonly Step[], ui: SetupUi, lockPath: string): Promise<void> {
  if ((await missingSteps(steps)).length === 0) return;
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(interrupted());
  for (const name of STOP_SIGNALS) process.on(name, onSignal);
  try {
    const onWait = (pid: number): void =>
      ui.note(`Set-up: process ${pid} is at it already; waiting for it. If that is not so, remove ${lockPath}.`);
    await withLock(
      lockPath,
      onWait,
      async () => {
        // Whoever had the lock may have done some of it.
        const todo = await missingSteps(steps);
        for (const [index, { step, why }] of todo.entries()) {
          if (stop.signal.aborted) throw interrupted();
          const shown = ui.step(index + 1, todo.length, step.title, why);
          const startedAtMs = performance.now();
          await step.run(shown.report, stop.signal);
          shown.done(durationText(performance.now() - startedAtMs));
        }
      },
      stop.signal,
    );
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, onSignal);
  }
}

async function missingSteps(steps: readonly Step[]): Promise<readonly { readonly step: Step; readonly why: string }[]> {
  const whys = await Promise.all(steps.map((step) => step.missing()));
  return steps.flatMap((step, index) => {
    const why = whys[index];
    return why === undefined ? [] : [{ step, why }];
  });
}
