import { SRTP_PROFILES, type MasterKey, type SrtpProfile } from '#media';

export interface DtlsSrtpKeys {
  readonly client: MasterKey;
  readonly server: MasterKey;
}

/** Bytes to export for a profile; RFC 5764 section 4.2. */
export function exportedBytes(profile: SrtpProfile): number {
  return 2 * (SRTP_PROFILES[profile].keyBytes + SRTP_PROFILES[profile].saltBytes);
}

/** Cuts what DTLS exported: client key, server key, client salt, server salt. */
export function splitExported(profile: SrtpProfile, material: Uint8Array): DtlsSrtpKeys {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  const salts = 2 * keyBytes;
  return {
    client: { key: material.slice(0, keyBytes), salt: material.slice(salts, salts + saltBytes) },
    server: { key: material.slice(keyBytes, salts), salt: material.slice(salts + saltBytes, salts + 2 * saltBytes) },
  };
}
