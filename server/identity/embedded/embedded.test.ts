import { describeIdentity } from '#server/identity/contract.ts';
import { startEmbedded } from '#server/testing/embedded-identity.ts';

describeIdentity('embedded', () => startEmbedded());
