const paths =
  /(?:^|\/)(?:\.github\/(?:workflows(?=\/[^/]*$)|actions)|\.gitea|\.forgejo|\.circleci|\.woodpecker|\.buildkite|\.gitlab\/ci|\.azure-pipelines)\/|(?:^|\/)(?:[\w.-]*\.?gitlab-ci|\.woodpecker|\.drone|\.travis|bitbucket-pipelines|azure-pipelines|cloudbuild|appveyor|action)\.ya?ml$/i

/** Returns whether a file describes jobs of continuous integration, each of which runs on a separate machine. */
export function isJob(path: string): boolean {
  return paths.test(path)
}
