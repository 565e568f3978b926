import type { GatewayDeps } from '#kit/gateway-deps';
import type { MediaPort } from '#media';

export interface SipGatewayDeps extends GatewayDeps {
  readonly media: Pick<MediaPort, 'openLeg'>;
  /** Of `sip.accounts`, by the name of the account. */
  readonly accountPasswords?: ReadonlyMap<string, string>;
  readonly limits: { readonly calls: number };
  /** Where the drachtio control protocol is spoken. */
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
}
