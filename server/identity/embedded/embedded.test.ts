import { describeIdentity } from '#server/identity/contract.ts';
import { startEmbedded } from '#server/identity/embedded/harness.ts';

describeIdentity('embedded', () => startEmbedded());
