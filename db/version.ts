/** The oldest that is still maintained, and that the tests run on. */
export const OLDEST = 15;

export class OldPostgres extends Error {
  override readonly name = 'DatabaseError';
  constructor(version: string) {
    super(`The PostgreSQL in DATABASE_URL is version ${version}; Parlor needs ${OLDEST} or newer.`);
  }
}

/** `number`: what `SHOW server_version_num` says, such as 150004. @throws OldPostgres */
export function refuseOld(number: string): void {
  const [major, minor] = [Math.floor(Number(number) / 10_000), Number(number) % 10_000];
  if (major >= OLDEST) return;
  // Before 10, the second of three numbers was a part of the major one.
  throw new OldPostgres(major < 10 ? `${major}.${Math.floor(minor / 100)}` : `${major}.${minor}`);
}
