import {
  CreateClassificationJobCommand, DescribeClassificationJobCommand, GetMacieSessionCommand, ListClassificationJobsCommand, ListFindingsCommand, Macie2Client,
} from '@aws-sdk/client-macie2';
import { GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { QUARANTINE_TAG } from '../../../lib/aws/discovery/quarantine';
import { Deployed, expect, put, Scenario, until } from '../scenario';

/** A name, and the number of a payment card that no bank gives out. */
const LEAK = 'name,credit card number\nAda Example,4111 1111 1111 1111\nJean Exemple,5500 0055 5555 5559\n';

/** The job of the stack looks at the store, finds what must not lie there, and the object is held back. */
export const scenario: Scenario = {
  needs: ['StoreBucket'],

  async check({ region, outputs, say }: Deployed) {
    const macie = new Macie2Client({ region });
    const { status } = await macie.send(new GetMacieSessionCommand({})).catch(() => ({ status: undefined }));
    expect(status === 'ENABLED', `Macie is not enabled in ${region}: enable it first; the test leaves it as it is`);
    const job = await until('the classification job', 5, async () => {
      const { items = [] } = await macie.send(new ListClassificationJobsCommand({ maxResults: 100 }));
      return items.find((item) => item.bucketDefinitions?.some((definition) => definition.buckets?.includes(outputs.StoreBucket)));
    });
    expect(job.jobType === 'SCHEDULED', `the job is ${job.jobType}, not scheduled`);
    say(`job ${job.jobId} is ${job.jobStatus}`);

    await put(region, outputs.StoreBucket, 'leak.csv', LEAK);
    // the scheduled job looks again tomorrow only, so the same search is run once more now
    const search = await macie.send(new DescribeClassificationJobCommand({ jobId: job.jobId }));
    const { jobId } = await macie.send(new CreateClassificationJobCommand({
      name: `${search.name}-now-${Date.now()}`, jobType: 'ONE_TIME', s3JobDefinition: search.s3JobDefinition,
      customDataIdentifierIds: search.customDataIdentifierIds, managedDataIdentifierSelector: search.managedDataIdentifierSelector,
      managedDataIdentifierIds: search.managedDataIdentifierIds, allowListIds: search.allowListIds, samplingPercentage: search.samplingPercentage,
    }));
    say(`job ${jobId} runs; Macie takes a quarter of an hour and more`);
    await until('the finding', 90, async () => {
      const { findingIds = [] } = await macie.send(new ListFindingsCommand({
        findingCriteria: { criterion: { 'resourcesAffected.s3Bucket.name': { eq: [outputs.StoreBucket] }, 'category': { eq: ['CLASSIFICATION'] } } },
      }));
      return findingIds[0];
    });
    await until('the quarantine', 15, async () => {
      const { TagSet = [] } = await new S3Client({ region }).send(new GetObjectTaggingCommand({ Bucket: outputs.StoreBucket, Key: 'leak.csv' }));
      return TagSet.find((tag) => tag.Key === QUARANTINE_TAG);
    });
  },
};
