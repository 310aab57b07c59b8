import { endpoint } from '../base.ts';
import { may } from '../errors.ts';
import { Schedule, ScheduleWish } from './export-shapes.ts';

/** When a week or month is over, its file is made, and a letter says where it is. The same wish twice is one schedule. */
export const createSchedule = endpoint
  .route({
    method: 'POST',
    path: '/analytics/schedules',
    tags: ['Analytics'],
    summary: 'Have a file made every week or month',
    successStatus: 201,
  })
  .errors(
    may(
      'ZONE_UNKNOWN',
      'DIMENSION_UNKNOWN',
      'COLUMN_UNKNOWN',
      'MODELS_TOO_MANY',
      'NOT_FOUND',
      'SCHEDULES_FULL',
    ),
  )
  .input(ScheduleWish)
  .output(Schedule);
