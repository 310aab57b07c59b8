import { isbot } from 'isbot';

/** Programs that say what they are, and whoever says nothing. */
export const isRobot = (user_agent: string): boolean => user_agent === '' || isbot(user_agent);
