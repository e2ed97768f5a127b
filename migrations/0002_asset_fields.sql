-- What a library keeps about an asset besides its file (02 §1, 01 §8).
ALTER TABLE asset ADD COLUMN url_modifier TEXT NOT NULL DEFAULT '';
ALTER TABLE asset ADD COLUMN url_post_apply_modifier TEXT NOT NULL DEFAULT '';
-- "x,y" in pixels; empty: the middle of the picture
ALTER TABLE asset ADD COLUMN anchor TEXT NOT NULL DEFAULT '';
-- thousandths of a dot per inch; 0: none
ALTER TABLE asset ADD COLUMN object_resolution_mdpi BIGINT NOT NULL DEFAULT 0;
-- dots per inch; 0: none
ALTER TABLE asset ADD COLUMN print_resolution BIGINT NOT NULL DEFAULT 0;
-- number of the asset that masks this one; 0: none
ALTER TABLE asset ADD COLUMN mask BIGINT NOT NULL DEFAULT 0;

-- The commands of an item whose asset has modifiers of its own, as resolved at
-- submit; empty: those of the job.
ALTER TABLE item ADD COLUMN effective TEXT NOT NULL DEFAULT '';
-- JSON list of problems that those modifiers were worth; empty: none
ALTER TABLE item ADD COLUMN warnings TEXT NOT NULL DEFAULT '';
