import type { Rule } from '../../rule';
import dataEvents from './data-events';
import logValidation from './log-validation';
import logging from './logging';
import regions from './regions';
import retention from './retention';
import trailKey from './trail-key';
import trailLogs from './trail-logs';

export const cloudtrailRules: readonly Rule[] = [dataEvents, logValidation, logging, regions, retention, trailKey, trailLogs];
