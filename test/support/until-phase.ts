import type { ApiClient } from './api-client.ts';
import type { LabAnswer } from './live-server.ts';

const PHASE_SECONDS = 150;

/** Waits for a lab's phase. @throws with the lab and its timeline in words when it does not come. */
export async function untilPhase(api: ApiClient, labId: string, phase: string): Promise<LabAnswer> {
  const deadline = Date.now() + PHASE_SECONDS * 1000;
  for (;;) {
    const lab = await api.json<LabAnswer>('GET', `/labs/${labId}`);
    if (lab.phase === phase) return lab;
    if (Date.now() > deadline) {
      const events = await api.json('GET', `/labs/${labId}/events`);
      throw new Error(
        `not ${phase} but ${lab.phase}: ${JSON.stringify(lab.conditions)}\n${JSON.stringify(events)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
