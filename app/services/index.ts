import type { Config, Secrets } from '#config';
import type { Clock } from '#domain/clock';
import { systemClock } from '../system-clock.ts';
import type { LogFunction } from '../telemetry/log.ts';
import { planServices, type PlannedService, type ServiceName } from './plan.ts';
import type { ServiceState } from './restart-policy.ts';
import { ServiceSupervisor, type StartablePlan } from './supervisor.ts';
import { ServiceWatcher } from './watcher.ts';

export type { ServiceName } from './plan.ts';
export type { ServiceState } from './restart-policy.ts';

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ServiceState;
  /** Whether it is ours to start and restart. */
  readonly managed: boolean;
  readonly url: string;
  readonly pid?: number;
  readonly restarts: number;
  /** Why it is not ready. */
  readonly reason?: string;
  /** What it says of itself: model, device. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Services {
  /** Resolves when all are ready. Rejects with `SERVICE_FAILED` when one of ours does not start; those of others are waited for only a while. */
  readonly ready: Promise<void>;
  /** What each wants to see. Never logged. */
  readonly keys: Readonly<Partial<Record<ServiceName, string>>>;
  status(): readonly ServiceStatus[];
  /** Ends the process and starts it anew; nothing happens to a service of somebody else. */
  restart(name: ServiceName): void;
  /** Ends ours, within `supervision.stopGraceMs`. Idempotent. */
  stop(): Promise<void>;
}

export interface ServiceDeps {
  /** `root`: the checkout. */
  readonly places: { readonly root: string; readonly pythonPath: string; readonly modelsDir: string; readonly cacheDir: string };
  readonly secrets: Secrets;
  readonly log: LogFunction;
  /** One line for the person at the terminal. */
  readonly progress: (message: string) => void;
  readonly clock?: Clock;
}

/** How long the start waits for services of somebody else; a dead one costs an apology, not the start. */
const OTHERS_PATIENCE_MS = 10_000;

/** Starts the services that are ours and watches all of them, until `stop`. */
export function startServices(config: Config, deps: ServiceDeps): Promise<Services> {
  const { log, progress, places, secrets, clock = systemClock } = deps;
  const { supervision } = config.services;
  const plan = planServices(config, secrets);
  const minders = plan.map((service) => {
    const onState = (state: ServiceState): void => {
      log(state === 'restarting' || state === 'failed' ? 'warn' : 'info', 'service state', { service: service.name, state });
    };
    if (!isStartable(service)) return new ServiceWatcher(service, { ...supervision, onState });
    return new ServiceSupervisor(service, { ...supervision, ...places, transcripts: config.log.transcripts, clock, log, onState });
  });
  const startedAtMs = clock.nowMs();
  for (const minder of minders) minder.start();

  const ready = Promise.all(
    minders.map(async (minder) => {
      if (minder instanceof ServiceWatcher) {
        const isThere = await Promise.race([minder.firstReady.then(() => true), after(OTHERS_PATIENCE_MS)]);
        progress(
          isThere === true
            ? `${minder.name} answers`
            : `${minder.name} does not answer yet (${minder.report.reason}); callers hear an apology until it does`,
        );
        return;
      }
      await minder.firstReady;
      progress(`${minder.name} is ready after ${((clock.nowMs() - startedAtMs) / 1000).toFixed(1)} s`);
    }),
  ).then(() => {});
  ready.catch(() => {});

  let stopping: Promise<void> | undefined;
  return Promise.resolve({
    ready,
    keys: Object.fromEntries(plan.flatMap(({ name, key }) => (key === undefined ? [] : [[name, key]]))),
    status: () =>
      minders.map((minder, index) => ({
        name: minder.name,
        state: minder.state,
        managed: minder instanceof ServiceSupervisor,
        url: new URL((plan[index] as PlannedService).healthUrl).origin,
        ...minder.report,
      })),
    restart: (name) => minders.find((minder) => minder.name === name)?.restart(),
    stop: () => (stopping ??= Promise.all(minders.map((minder) => minder.stop())).then(() => {})),
  });
}

function isStartable(service: PlannedService): service is StartablePlan {
  return service.start !== undefined;
}

function after(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(), durationMs).unref();
  });
}
