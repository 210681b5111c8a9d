//! Faces of a photo: detection, then landmarks where both nets are sure.

use lineart::{Face, Photo};

use crate::aligned_crop::distance;
use crate::byte_reader::WeightsError;
use crate::face_detector::{Detection, FaceDetector};
use crate::face_mesh::FaceMesh;
use crate::net::Net;
use crate::weights::Weights;

/// Smallest extent of the oval of a face, px of the working size: the features of a smaller one
/// print as dots.
const MIN_EXTENT_PX: f32 = 36.0;

/// Faces whose centres are nearer than this share of the larger extent are the same.
const SAME_FACE_DISTANCE: f32 = 0.4;

/// Finds faces and their landmarks.
#[derive(Debug)]
pub struct FaceFinder {
    detector: FaceDetector,
    mesh: FaceMesh,
}

impl FaceFinder {
    /// Reads `weights/faces.bin`.
    ///
    /// # Errors
    ///
    /// The bytes are not a weight file, damaged, or those of other nets.
    pub fn read(weights: &[u8]) -> Result<FaceFinder, WeightsError> {
        let nets = <[Net; 2]>::try_from(Weights::read(weights)?.nets);
        let [detector, mesh] = nets.map_err(|_| WeightsError::Task)?;
        Ok(FaceFinder { detector: FaceDetector::new(detector)?, mesh: FaceMesh::new(mesh)? })
    }

    /// The faces of a photo that are certain, of about 40 px of the working size and more.
    pub fn find(&self, photo: &Photo) -> Vec<Face> {
        let reduced = photo.downscaled(Photo::WORKING_EDGE);
        let photo = reduced.as_ref().unwrap_or(photo);
        let upright = self.certain_faces(photo, &self.detector.detect(photo));
        // A child may lie on its side.
        if upright.is_empty() { self.certain_faces(photo, &self.detector.detect_turned(photo)) } else { upright }
    }

    /// The landmarks of the detections that show a face, each face once.
    fn certain_faces(&self, photo: &Photo, detections: &[Detection]) -> Vec<Face> {
        let scale = Photo::WORKING_EDGE as f32 / photo.width().max(photo.height()) as f32;
        let mut faces: Vec<Face> = Vec::new();
        for detection in detections {
            let Some(mut face) = self.mesh.landmarks(photo, detection) else { continue };
            face.map(scale, |point| point.map(|at| at * scale));
            let (centre, extent) = (face.centre(), face.extent());
            let is_other =
                |other: &Face| distance(centre, other.centre()) > SAME_FACE_DISTANCE * extent.max(other.extent());
            if extent >= MIN_EXTENT_PX && faces.iter().all(is_other) {
                faces.push(face);
            }
        }
        faces
    }
}
