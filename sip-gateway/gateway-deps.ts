import type { GatewayDeps } from '#kit/gateway-deps';
import type { MediaPort } from '#media';

export interface SipGatewayDeps extends GatewayDeps {
  readonly media: Pick<MediaPort, 'openLeg'>;
  readonly limits: { readonly calls: number };
  /** Where the drachtio control protocol is spoken. */
  readonly control: { readonly host: string; readonly port: number; readonly secret: string };
}
