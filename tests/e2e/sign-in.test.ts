import { startParlorProcess } from '#tests/e2e/parlor.ts';
import { describeSignIn } from '#tests/e2e/sign-in.ts';

describeSignIn('embedded', async () => {
  const parlor = await startParlorProcess();
  return { parlor, administrator: async () => parlor.administrator };
});
