import { expect, test } from 'vitest';
import { simulateJudging } from '../../../bench/simulate/judging.ts';

test(
  'two hundred months of every scene, in nine worlds, are judged well enough',
  { timeout: 1_800_000 },
  () => {
    const { precision_at_5, attack_success, honest_flagged, near_miss_success, honest_jurors_voided } =
      simulateJudging({ runs: 200 });
    expect(precision_at_5).toBeGreaterThanOrEqual(0.8);
    expect(attack_success).toBe(0);
    expect(honest_flagged).toBeLessThanOrEqual(0.01);
    expect(near_miss_success).toBeLessThanOrEqual(0.2);
    expect(honest_jurors_voided).toBeLessThanOrEqual(0.08);
  },
);
