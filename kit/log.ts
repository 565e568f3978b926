/** What all code logs to; pino satisfies it. Messages are constant strings, and `app/telemetry/log-lines.ts` lists them. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A log whose every line carries `ids`. */
export function bindLog(log: Log, ids: object): Log {
  const bound =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      log[level]({ ...ids, ...fields }, message);
    };
  return { debug: bound('debug'), info: bound('info'), warn: bound('warn'), error: bound('error') };
}
