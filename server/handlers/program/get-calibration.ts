import { calibrationPage } from '../../views/calibration.ts';
import { member, os } from '../base.ts';

export const getCalibration = os.program.getCalibration.handler(({ context: { context, caller } }) =>
  calibrationPage(context, member(caller), caller.account?.roles.includes('chair') ?? false),
);
