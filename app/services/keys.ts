import { randomBytes } from 'node:crypto';
import type { Secrets } from '#config';

/** What a service is told so that it works for us. */
export interface ServiceKeys {
  /** For the services that we start. */
  readonly own: string;
  /** What the operator gave: for services of somebody else too. */
  readonly given: string | undefined;
}

/** The operator's key, else one that nobody knows and that ends with this process. */
export function serviceKeys({ servicesKey }: Secrets): ServiceKeys {
  return { own: servicesKey ?? randomBytes(KEY_BYTES).toString('base64url'), given: servicesKey };
}

/** As many as cannot be tried. */
const KEY_BYTES = 32;
